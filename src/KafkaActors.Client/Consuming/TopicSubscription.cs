using System.Text.RegularExpressions;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// Which topics a member of a group wants to read: by name, or all that fit, also those that come later.
/// </summary>
public sealed class TopicSubscription
{
    private TopicSubscription(IReadOnlyList<string>? names, Func<string, bool>? accepts) =>
        (Names, Accepts) = (names, accepts);

    /// <summary>Null when a condition chooses.</summary>
    internal IReadOnlyList<string>? Names { get; }

    internal Func<string, bool>? Accepts { get; }

    public static TopicSubscription Of(params IEnumerable<string> topics) => new([.. topics.Distinct()], null);

    /// <summary>Every topic whose whole name fits, but for internal ones.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static TopicSubscription Matching(string pattern)
    {
        // Not backtracking: whatever the pattern, a name costs time in proportion to its length.
        var regex = new Regex($"^(?:{pattern})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        return Where(regex.IsMatch);
    }

    /// <summary>Every topic whose name is accepted, but for internal ones.</summary>
    /// <param name="accepts">Called on the threads of the client's actors.</param>
    public static TopicSubscription Where(Func<string, bool> accepts) => new(null, accepts);
}
