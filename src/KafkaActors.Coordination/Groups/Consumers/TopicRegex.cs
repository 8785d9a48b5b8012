using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// A regular expression over whole topic names, in RE2's language, which Kafka's brokers use (KIP-848). It is matched
/// in time linear in the name whatever the expression, so that no client can hold a coordinator up; what that rules
/// out (lookarounds, backreferences, atomic groups), RE2 rules out too.
/// </summary>
internal sealed class TopicRegex
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly Regex _regex;

    private TopicRegex(Regex regex) => _regex = regex;

    /// <returns>Null when the expression is valid, otherwise why it is not.</returns>
    public static string? Fault(string expression) => TryParse(expression, out _, out string? fault) ? null : fault;

    public static bool TryParse(
        string expression, [NotNullWhen(true)] out TopicRegex? regex, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            string translated = Re2Syntax.ToDotNet(expression);
            // By itself first: "a)(b" is valid only inside of the group that spans the name.
            _ = new Regex(translated, Linear);
            regex = new TopicRegex(new Regex($@"\A(?:{translated})\z", Linear));
            fault = null;
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            regex = null;
            fault = e.Message;
            return false;
        }
    }

    public bool IsMatch(string topic) => _regex.IsMatch(topic);
}
