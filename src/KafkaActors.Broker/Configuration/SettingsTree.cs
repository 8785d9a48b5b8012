using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace KafkaActors.Broker.Configuration;

/// <summary>
/// The keys under <c>kafka-actors</c>, flattened: relative path to value. An absent key and one that is null or empty
/// have the text "". What stands under <see cref="Foreign"/> belongs to Akka or to the client and is left out.
/// </summary>
internal sealed class SettingsTree
{
    public const string Root = "kafka-actors";

    private static readonly string[] Foreign = ["dispatchers.", "client.", "journal.d"];
    private readonly Dictionary<string, HoconValue> _leaves = new(StringComparer.Ordinal);

    public SettingsTree(Config config)
    {
        HoconValue? root = config.IsEmpty ? null : config.Root.GetChildObject(Root);
        if (root is not null) Collect(root, "");
    }

    public IReadOnlyCollection<string> Paths => _leaves.Keys;

    public string Text(string path)
    {
        if (!_leaves.TryGetValue(path, out HoconValue? value)) return "";
        return value.IsArray() ? string.Join(", ", List(path)) : (value.GetString() ?? "").Trim();
    }

    /// <summary>An array's elements; a text is split at commas, as in Kafka's properties.</summary>
    public IReadOnlyList<string> List(string path)
    {
        if (!_leaves.TryGetValue(path, out HoconValue? value)) return [];
        IEnumerable<string> items = value.IsArray()
            ? value.GetArray().Select(item => item.GetString() ?? "")
            : (value.GetString() ?? "").Split(',');
        return [.. items.Select(item => item.Trim()).Where(item => item.Length > 0)];
    }

    private void Collect(HoconValue value, string path)
    {
        if (Foreign.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal))) return;
        if (!value.IsObject())
        {
            _leaves[path] = value;
            return;
        }

        foreach ((string key, HoconValue child) in value.GetObject().Items)
            Collect(child, path.Length == 0 ? key : $"{path}.{key}");
    }
}
