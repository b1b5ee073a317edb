# Turns "-- name: foo" blocks of SQL into QUERY(foo, "text") rows. New lines are kept, so
# that a comment inside a query ends where its line does.
function flush_query() {
    if (name != "") printf "QUERY(%s,\n%s)\n", name, text
}
/^-- name:/ { flush_query(); name = $3; text = ""; next }
name != "" {
    line = $0
    gsub(/\\/, "\\\\", line)
    gsub(/"/, "\\\"", line)
    text = text "      \"" line "\\n\"\n"
}
END { flush_query() }
