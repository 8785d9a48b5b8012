using System.Text;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// Writes in .NET's language what RE2 writes differently: <c>\Q...\E</c>, <c>(?P&lt;name&gt;...)</c> and the classes
/// <c>[[:alpha:]]</c>. Topic names are ASCII, so the classes are too.
/// </summary>
internal static class Re2Syntax
{
    private const string Quote = @"\Q";
    private const string EndOfQuote = @"\E";
    private const string NamedGroup = "(?P<";

    private static readonly (string Re2, string DotNet)[] Classes =
    [
        ("[:alnum:]", "0-9A-Za-z"),
        ("[:alpha:]", "A-Za-z"),
        ("[:ascii:]", @"\x00-\x7F"),
        ("[:digit:]", "0-9"),
        ("[:graph:]", "!-~"),
        ("[:lower:]", "a-z"),
        ("[:punct:]", @"!-/:-@\[-`{-~"),
        ("[:upper:]", "A-Z"),
        ("[:word:]", "0-9A-Za-z_"),
        ("[:xdigit:]", "0-9A-Fa-f"),
    ];

    /// <exception cref="ArgumentException">It names a class that is not among those above.</exception>
    public static string ToDotNet(string expression)
    {
        var written = new StringBuilder(expression.Length);
        bool isInClass = false;
        int at = 0;
        while (at < expression.Length)
        {
            ReadOnlySpan<char> rest = expression.AsSpan(at);
            if (rest.StartsWith(Quote))
                at += CopyQuoted(rest, written);
            else if (rest[0] == '\\')
                at += Copy(rest, 2, written);
            else if (isInClass)
                at += CopyInClass(rest, written, ref isInClass);
            else if (rest.StartsWith(NamedGroup))
                at += Replace(NamedGroup, "(?<", written);
            else
            {
                isInClass = rest[0] == '[';
                at += Copy(rest, isInClass ? LengthOfOpening(rest) : 1, written);
            }
        }

        return written.ToString();
    }

    /// <summary>A bracket that comes first in a class, or first after its '^', stands for itself.</summary>
    private static int LengthOfOpening(ReadOnlySpan<char> rest)
    {
        int length = rest.StartsWith("[^") ? 2 : 1;
        return rest.Length > length && rest[length] == ']' ? length + 1 : length;
    }

    private static int CopyInClass(ReadOnlySpan<char> rest, StringBuilder written, ref bool isInClass)
    {
        foreach ((string re2, string dotNet) in Classes)
            if (rest.StartsWith(re2)) return Replace(re2, dotNet, written);
        if (rest.StartsWith("[:") && rest.Contains(":]", StringComparison.Ordinal))
            throw new ArgumentException("unknown character class");
        // A bracket in a class stands for itself; .NET would read "-[" as a class to subtract.
        if (rest[0] == '[') return Replace("[", @"\[", written);
        isInClass = rest[0] != ']';
        return Copy(rest, 1, written);
    }

    private static int CopyQuoted(ReadOnlySpan<char> rest, StringBuilder written)
    {
        ReadOnlySpan<char> quoted = rest[Quote.Length..];
        int end = quoted.IndexOf(EndOfQuote);
        ReadOnlySpan<char> literal = end < 0 ? quoted : quoted[..end];
        foreach (char c in literal)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not '_' && char.IsAscii(c)) written.Append('\\');
            written.Append(c);
        }

        return Quote.Length + literal.Length + (end < 0 ? 0 : EndOfQuote.Length);
    }

    private static int Copy(ReadOnlySpan<char> rest, int length, StringBuilder written)
    {
        ReadOnlySpan<char> copied = rest[..Math.Min(length, rest.Length)];
        written.Append(copied);
        return copied.Length;
    }

    private static int Replace(string re2, string dotNet, StringBuilder written)
    {
        written.Append(dotNet);
        return re2.Length;
    }
}
