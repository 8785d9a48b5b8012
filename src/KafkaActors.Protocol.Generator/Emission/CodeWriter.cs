using System.Text;

namespace KafkaActors.Protocol.Generator.Emission;

/// <summary>Collects lines of C#, indented by the depth of the open blocks.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string line = "")
    {
        if (line.Length > 0) _text.Append(' ', 4 * _depth).Append(line);
        _text.Append('\n');
    }

    /// <summary>A line and the braces after it; what is emitted until the block is closed stands between them.</summary>
    public void Open(string line)
    {
        Line(line);
        Line("{");
        _depth++;
    }

    public void Close(string after = "")
    {
        _depth--;
        Line("}" + after);
    }

    /// <summary>The XML comment of a definition's comment; nothing for an empty one.</summary>
    public void Summary(string text)
    {
        if (text.Length == 0) return;
        string escaped = text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
        Line($"/// <summary>{escaped}</summary>");
    }

    public override string ToString() => _text.ToString();
}
