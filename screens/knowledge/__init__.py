"""The pages of the knowledge desk."""
