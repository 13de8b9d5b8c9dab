"""The pages of practice: a sentence in one's own words, and the debrief (讲评)."""
