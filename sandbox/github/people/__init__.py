"""What people do on GitHub: developers, administrators, and people who deploy by hand."""
