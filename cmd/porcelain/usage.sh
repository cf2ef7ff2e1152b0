# usage.sh - what cog --help prints.
# shellcheck shell=sh

cat <<'END'
Usage: cog COMMAND [OPTION...]
Builds and runs machine-learning models as container images.

Commands:
  init                     write a first cog.yaml, predict.py and what goes with them
  build                    build the project into an image
  predict [IMAGE]          run a prediction with the project, or with an image
  plan                     print the build's plan: as JSON, on a terminal for people
  explain [KEY]            tell what the plan does and why, or what it says of KEY
  NAME                     run the program cog-NAME, such as cog llb

Options of build, predict, plan and explain:
  -f, --file FILE          the configuration (default: cog.yaml here or above)
  -t, --tag NAME           name of the image
      --progress MODE      auto, plain, tty, rawjson or quiet
      --builder URL        the Docker engine to use
      --secret SPEC        id=ID,src=FILE or id=ID,env=NAME; repeatable
      --ssh ID[=SOCKET]    an SSH agent (default: that of SSH_AUTH_SOCK); repeatable
      --no-cache[=STAGE]   run every step again, or those of STAGE; repeatable
      --locked             refuse base images that cog.lock does not pin
      --update             pin base images anew
      --offline            use only images that the engine has
      --stack NAME         what the project is: python (default), or custom (no model)
      --base IMAGE         begin with this image; IMAGE,python=3.11 says what it has
      --catalog FILE       choose among the base images of this table
      --separate-weights   is taken and changes nothing: weights have layers of their own
      --wheelhouse DIR     take Python packages from the folder DIR, not from an index
      --ca-in-image        have the image trust the certificates of COG_CA_CERT
      --filter CMD         change the plan with a shell command, such as jq; repeatable
      --policy FILE        a JSON Schema or jq program that the plan must fit; repeatable
      --keep=DIR           leave the documents between the programs in DIR
      --debug              print each program as it is run
Options of plan:
      --json               print JSON on a terminal, too
      --diff OLD           tell what differs from the plan in the file OLD, and what
                           will run again
Options of predict:
  -i, --input NAME=VALUE   an input; @FILE for a file; repeatable
  -o, --output FILE        where to write the output
      --json TEXT          the inputs as JSON, or @FILE, or - for stdin
      --setup-timeout N    seconds to wait for the model (default 300)

  -h, --help               print this help
      --version            print the version

See cog(1), and cog(7) for the programs behind it.
END
