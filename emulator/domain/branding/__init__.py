"""What pages look like: managed login styles, the classic pages' CSS and logo, images, and terms documents."""
