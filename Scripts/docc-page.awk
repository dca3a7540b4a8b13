# A page as DocC wants it: links to other pages as `doc:` links, pictures by their file names, no comments for tests.

/^<!-- (apart|given:)/ { inComment = !/-->/; print ""; next }
inComment { inComment = !/-->/; print ""; next }
/^ *```/ { inCode = !inCode }
inCode { print; next }
/^## Topics/ { inTopics = 1 }
{
    line = $0
    result = ""
    while (match(line, /\[[^]]*\]\([^)]*\)/)) {
        link = substr(line, RSTART, RLENGTH)
        before = substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        split(link, parts, /\]\(/)
        text = substr(parts[1], 2)
        target = substr(parts[2], 1, length(parts[2]) - 1)
        name = target
        sub(/^.*\//, "", name)
        if (target ~ /^[a-z]+:/ || target ~ /^#/) {
            result = result before link
        } else if (target ~ /\.svg$/) {
            result = result before "[" text "](" name ")"
        } else if (name ~ /^README\.md$/ || target !~ /\.md$/ || target ~ /Decisions\//) {
            result = result before text
        } else {
            sub(/\.md$/, "", name)
            result = result before (inTopics ? "<doc:" name ">" : "[" text "](doc:" name ")")
        }
    }
    print result line
}
