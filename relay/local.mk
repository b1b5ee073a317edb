# relay: what is built and installed from here
