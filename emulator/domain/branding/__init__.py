"""The appearance of pages: managed login styles, CSS and logo of the classic pages, images, and terms documents."""
