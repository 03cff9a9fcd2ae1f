"""What goes beyond one country or one desk: relatives who ask for somebody who is missing."""
