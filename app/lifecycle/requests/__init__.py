"""What was asked before there is a deployment: what it decides, and how it is answered."""
