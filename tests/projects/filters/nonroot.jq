# cog build --filter 'jq -f nonroot.jq': the model runs as a user without rights. Nobody knows
# its number, so it has no home; libraries that write to one get /tmp.
.export.image.user = "10001:10001" | .export.image.env.HOME = "/tmp"
