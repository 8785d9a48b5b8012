# fish completion for kafka-actors: save as ~/.config/fish/completions/kafka-actors.fish
function __kafka_actors_suggest
    set -l words (commandline --cut-at-cursor --tokenize --current-process)
    set -l word (commandline --cut-at-cursor --current-token)
    set -l line (string join ' ' -- kafka-actors $words[2..-1] "$word")
    $words[1] "[suggest:"(string length -- $line)"]" $line 2>/dev/null
end
complete --command kafka-actors --arguments '(__kafka_actors_suggest)'
