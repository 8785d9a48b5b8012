using System.Text.RegularExpressions;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Options;

/// <summary>
/// Which topics are meant by <c>--topic</c>, <c>--include</c> and the like: a name, or a regular expression that fits
/// the whole name. A comma separates alternatives, as in Kafka's tools.
/// </summary>
internal sealed class TopicPattern
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private readonly Regex _regex;

    private TopicPattern(string text, Regex regex) => (Text, _regex) = (text, regex);

    public string Text { get; }

    /// <exception cref="ToolException">It is no regular expression.</exception>
    public static TopicPattern Parse(string text)
    {
        string alternatives = string.Join('|', text.Split(',').Select(part => part.Trim().Trim('"', '\'')));
        try
        {
            return new TopicPattern(
                text, new Regex($"^(?:{alternatives})$", RegexOptions.CultureInvariant, MatchTimeout));
        }
        catch (ArgumentException e)
        {
            throw ToolException.Usage($"'{text}' is no regular expression: {e.Message}");
        }
    }

    public bool Matches(string topic) => _regex.IsMatch(topic);

    /// <summary>The topic of exactly this name, or else all that the pattern fits.</summary>
    public IEnumerable<string> Select(IReadOnlyCollection<string> topics) =>
        topics.Contains(Text, StringComparer.Ordinal) ? [Text] : topics.Where(Matches);
}
