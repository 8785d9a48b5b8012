#compdef kafka-actors
# zsh completion for kafka-actors: source <(kafka-actors completion zsh), or save it as _kafka-actors in your fpath.
_kafka_actors() {
    local program="${words[1]}" line="kafka-actors ${(j: :)words[2,CURRENT]}"
    local -a suggestions
    suggestions=("${(@f)$("$program" "[suggest:${#line}]" "$line" 2>/dev/null)}")
    suggestions=(${suggestions:#})
    if (( ${#suggestions} )); then
        compadd -- "${suggestions[@]}"
    else
        _files
    fi
}
if [ "$funcstack[1]" = "_kafka-actors" ]; then
    _kafka_actors "$@"
else
    compdef _kafka_actors kafka-actors
fi
