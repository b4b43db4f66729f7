"""What people do on GitHub: developers, administrators, and those who deploy by hand."""
