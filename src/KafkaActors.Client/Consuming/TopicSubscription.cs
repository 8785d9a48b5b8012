using System.Text.RegularExpressions;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// Which topics a member of a group wants to read: by name, or all that fit, also those that come later; a topic that
/// goes is not read any more.
/// </summary>
public sealed class TopicSubscription
{
    /// <summary>Not backtracking: whatever the pattern, a name costs time in proportion to its length.</summary>
    private const RegexOptions Linear = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    private TopicSubscription(IReadOnlyList<string>? names, Func<string, bool>? accepts, string? pattern) =>
        (Names, Accepts, Pattern) = (names, accepts, pattern);

    /// <summary>Null when a condition chooses.</summary>
    internal IReadOnlyList<string>? Names { get; }

    internal Func<string, bool>? Accepts { get; }

    /// <summary>What <see cref="Accepts"/> matches, for a coordinator that can match itself.</summary>
    internal string? Pattern { get; }

    public static TopicSubscription Of(params IEnumerable<string> topics) => new([.. topics.Distinct()], null, null);

    /// <summary>
    /// Every topic whose whole name fits a regular expression without lookarounds and backreferences. With
    /// <c>group.protocol=classic</c> this client matches, and <c>exclude.internal.topics</c> counts; with
    /// <c>consumer</c> the coordinator does, in RE2's language, internal topics included.
    /// </summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static TopicSubscription Matching(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        Regex regex;
        try
        {
            // By itself first: "a)(b" is valid only inside of the group that spans the name.
            _ = new Regex(pattern, Linear);
            regex = new Regex($@"\A(?:{pattern})\z", Linear);
        }
        catch (NotSupportedException fault)
        {
            throw new ArgumentException(fault.Message, nameof(pattern), fault);
        }

        return new TopicSubscription(null, regex.IsMatch, pattern);
    }

    /// <summary>
    /// Every topic whose name is accepted, in both protocols; <c>exclude.internal.topics</c> counts.
    /// </summary>
    /// <param name="accepts">Called on the threads of the client's actors.</param>
    public static TopicSubscription Where(Func<string, bool> accepts) => new(null, accepts, null);
}
