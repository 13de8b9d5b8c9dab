"""The pages of the supervision desk."""
