"""The pages of the unit desk."""
