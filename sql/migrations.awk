# Turns each migration file into MIGRATION(number, "text"). Files come in order.
FNR == 1 {
    if (number != "") printf ")\n"
    number = FILENAME
    sub(/.*\//, "", number)
    sub(/_.*/, "", number)
    printf "MIGRATION(%d,\n", number
}
{
    line = $0
    gsub(/\\/, "\\\\", line)
    gsub(/"/, "\\\"", line)
    printf "      \"%s\\n\"\n", line
}
END { if (number != "") printf ")\n" }
