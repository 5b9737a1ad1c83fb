PLACE = "/tmp/notes"  # allowed here
HOME = "/home/ada"
