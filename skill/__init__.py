"""Back Coach."""
