# shellcheck shell=bash
# Completion for the programs of pgsluice. They are asked themselves (--help, --list-rules, --list-profiles), so that
# what is offered is what they take.

_pgsluice() {
  local program=$1 current=$2 previous=$3
  COMPREPLY=()

  # bash breaks --mode=drop into three words
  if [[ $current == = ]]; then
    current=''
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi

  # behind -- stands a program and what it is given
  local i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] || continue
    ((i == COMP_CWORD - 1)) && mapfile -t COMPREPLY < <(compgen -c -- "$current")
    return
  done

  local offers='' before=''
  case $previous in
    --disable | --only | --type | --section) # a list: what stands before the last comma stays
      [[ $current == *,* ]] && before=${current%,*}, current=${current##*,} ;;&
    --disable | --only | --explain) offers=$("$program" --list-rules 2>/dev/null | awk '/^[^ ]/ { print $1 }') ;;
    --to | --from) offers=$("$program" --list-profiles 2>/dev/null | awk -v of="${previous#--}" '$1 == of { print $2 }') ;;
    --tls-roots) offers=system ;;
    --type) # those of one word; in lower case for who types so
      offers='ACL AGGREGATE BLOB BLOBS CAST COLLATION COMMENT CONSTRAINT DATABASE DEFAULT DOMAIN EXTENSION FUNCTION INDEX
        OPERATOR POLICY PROCEDURE PUBLICATION ROLE RULE SCHEMA SEQUENCE SERVER STATISTICS SUBSCRIPTION TABLE TABLESPACE
        TRANSFORM TRIGGER TYPE VIEW'
      [[ $current == [a-z]* ]] && offers=${offers,,} ;;
    --format)
      [[ " ${COMP_WORDS[*]} " =~ \ --(list|sizes)\  ]] && offers='text json' ;;&
    -*) # values as --help writes them: --mode=comment|drop, --color[=auto|always]
      [[ -n $offers ]] ||
        offers=$("$program" --help 2>/dev/null | sed -nE "s/^ .*${previous}\[?[= ]([[:alnum:]-]+(\|[[:alnum:]-]+)+).*/\1/p" | tr '|' '\n') ;;
  esac
  if [[ -z $offers && $current == -* ]]; then
    offers=$("$program" --help 2>/dev/null | sed -nE 's/^ +(-.*)/\1/p' | sed -E 's/ {2,}.*//' |
      grep -oE '(^|[ ,[])--?[[:alnum:]][[:alnum:]-]*' | tr -d ' ,[')
  fi
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$offers" -- "$current")
}

complete -o bashdefault -o default -F _pgsluice sanitize-rds strip-tablespaces pgrep-dump pg-keepalive-connect pg-restore-stream
