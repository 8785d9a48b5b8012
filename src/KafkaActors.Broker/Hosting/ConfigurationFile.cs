using System.Text;
using Akka.Configuration;
using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// The file that <c>--config</c> names: HOCON, or Kafka's <c>server.properties</c>. What is wrong in it is one line
/// that names the file, the line where it is known, and what to do.
/// </summary>
internal sealed class ConfigurationFile
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly string[] Roots = ["akka", SettingsTree.Root];

    private readonly string _path;
    private readonly HoconOutline _outline;

    private ConfigurationFile(string path, string text)
    {
        _path = path;
        _outline = HoconOutline.Of(text);
        if (IsProperties(path, text, _outline)) (Config, Warning) = ReadProperties(path, text);
        else Config = ReadHocon(path, text, _outline);
    }

    public Config Config { get; }

    /// <summary>What a person should know of the file though it can be used; null when there is nothing.</summary>
    public string? Warning { get; }

    /// <exception cref="NodeStartException">It cannot be read, or is not what it should be.</exception>
    public static ConfigurationFile Read(string path)
    {
        try
        {
            return new ConfigurationFile(path, File.ReadAllText(path, Encoding.UTF8));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new NodeStartException($"the configuration file {path} cannot be read: {cause.Message}", cause);
        }
    }

    /// <summary>
    /// The message of a fault with the place of the setting it speaks of, if that stands in this file.
    /// </summary>
    public string Placed(string message)
    {
        string? key = _outline.Lines.Keys
            .Where(key => message.Contains(key, StringComparison.Ordinal))
            .OrderBy(key => message.IndexOf(key, StringComparison.Ordinal)).ThenByDescending(key => key.Length)
            .FirstOrDefault();
        return key is null ? message : $"{_path}, line {_outline.Lines[key]}: {message}";
    }

    // By its name, or because none of its keys would be looked at in a HOCON file.
    private static bool IsProperties(string path, string text, HoconOutline outline) =>
        path.EndsWith(".properties", StringComparison.OrdinalIgnoreCase)
        || (outline.Fault is null && outline.Lines.Count > 0 && !text.Contains('{', Ordinal)
            && !outline.Lines.Keys.Any(key => Roots.Any(root => key.StartsWith(root + ".", Ordinal))));

    private static Config ReadHocon(string path, string text, HoconOutline outline)
    {
        if (outline.Fault is { } fault) throw new NodeStartException($"{path}, {fault}");
        int include = Array.FindIndex(text.Split('\n'), line => line.Trim().StartsWith("include ", Ordinal));
        if (include >= 0)
            throw new NodeStartException(
                $"{path}, line {include + 1}: include is not supported; put the keys here, or give them with --set");
        Config config = NodeConfiguration.Parse(text, path);
        return !outline.HasContent || Roots.Any(config.HasPath)
            ? config
            : throw new NodeStartException(
                $"{path}: nothing in it is a setting of a node; settings stand under {SettingsTree.Root} {{ }}");
    }

    private static (Config Config, string? Warning) ReadProperties(string path, string text)
    {
        try
        {
            ServerProperties read = ServerProperties.Of(JavaProperties.Parse(text), NodeSettings.Paths);
            string hocon = string.Join(
                '\n', read.Values.Select(value => NodeConfiguration.Assignment(value.Key, value.Value)));
            return (NodeConfiguration.Parse(hocon, path), read.Ignored.Count == 0 ? null
                : $"{path}: these keys have no counterpart here and are ignored: {string.Join(", ", read.Ignored)}");
        }
        catch (InvalidSettingException fault)
        {
            throw new NodeStartException($"{path}: {fault.Message}", fault);
        }
    }
}
