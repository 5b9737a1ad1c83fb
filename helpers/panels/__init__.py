"""What you click: a thin view for each tool."""
