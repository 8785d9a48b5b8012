# bash completion for kafka-actors: source <(kafka-actors completion bash)
_kafka_actors() {
    local word="${COMP_WORDS[COMP_CWORD]}" line="${COMP_LINE:0:COMP_POINT}"
    # What is completed is the program's name and what follows it, wherever the program stands.
    line="kafka-actors${line#"${COMP_WORDS[0]}"}"
    local IFS=$'\n'
    COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word"))
}
complete -o default -o bashdefault -F _kafka_actors kafka-actors
