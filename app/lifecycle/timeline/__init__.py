"""How far one deployment has got, hop by hop, and where it is stuck."""
