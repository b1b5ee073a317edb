# nginx: what is built and installed from here
