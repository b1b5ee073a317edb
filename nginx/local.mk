EXTRA_DIST += nginx/moothall.conf.in
