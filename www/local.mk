# www: what is built and installed from here
