namespace KafkaActors.Protocol.Generator.Definitions;

/// <summary>
/// Splits a definition into its lines: <c>#</c> starts a comment outside of quotes, four spaces are one level, a blank
/// line means nothing but ends a comment. A look-ahead of one line is all that the parser needs.
/// </summary>
internal sealed class DefinitionLines
{
    private const int SpacesALevel = 4;

    private readonly List<DefinitionLine> _lines = [];
    private int _next;

    public DefinitionLines(string text)
    {
        string[] rows = text.Replace("\r\n", "\n").Split('\n');
        List<string> comment = [];
        for (int row = 0; row < rows.Length; row++) Add(rows[row], row + 1, comment);
        LastNumber = rows.Length;
    }

    public int LastNumber { get; }

    public DefinitionLine? Peek() => _next < _lines.Count ? _lines[_next] : null;

    public DefinitionLine Take(string expected) =>
        Peek() is { } line && _next++ >= 0
            ? line
            : throw new DefinitionException(LastNumber, $"the file ends where {expected} is expected");

    private void Add(string row, int number, List<string> comment)
    {
        int end = CommentStart(row);
        string code = row.Substring(0, end).TrimEnd();
        if (code.Trim().Length > 0)
        {
            _lines.Add(new DefinitionLine(number, Level(code, number), code.Trim(), string.Join(" ", comment)));
            comment.Clear();
        }
        else if (end < row.Length)
        {
            comment.Add(row.Substring(end + 1).Trim());
        }
        else
        {
            comment.Clear();
        }
    }

    private static int CommentStart(string row)
    {
        bool quoted = false;
        for (int index = 0; index < row.Length; index++)
        {
            if (row[index] == '"') quoted = !quoted;
            if (row[index] == '#' && !quoted) return index;
        }

        return row.Length;
    }

    private static int Level(string code, int number)
    {
        int spaces = code.Length - code.TrimStart(' ').Length;
        if (code[spaces] == '\t') throw new DefinitionException(number, "indentation is by spaces, not by tabs");
        if (spaces % SpacesALevel != 0)
            throw new DefinitionException(number, $"indentation is {SpacesALevel} spaces a level, not {spaces}");
        return spaces / SpacesALevel;
    }
}
