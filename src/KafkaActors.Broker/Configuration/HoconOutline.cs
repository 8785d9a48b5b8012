namespace KafkaActors.Broker.Configuration;

/// <summary>
/// Where the keys of a HOCON text stand, and what is not closed in it. Akka's parser keeps no positions, and takes a
/// text that ends within a section for one without it. Pure; it reads no values.
/// </summary>
internal sealed class HoconOutline
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Stack<Scope> _open = new();
    private readonly string _text;
    private int _at;
    private int _line = 1;
    private string _key = "";

    /// <summary>Whether what follows is the value of <see cref="_key"/>.</summary>
    private bool _isValue;

    private HoconOutline(string text) => _text = text;

    /// <summary>Full paths of keys and sections, with their lines; the last where one stands twice.</summary>
    public IReadOnlyDictionary<string, int> Lines => _lines;

    /// <summary>Whether there is anything but blanks and comments.</summary>
    public bool HasContent { get; private set; }

    /// <summary>What is wrong with braces, brackets and quotes, with its line; null when nothing is.</summary>
    public string? Fault { get; private set; }

    public static HoconOutline Of(string text)
    {
        var outline = new HoconOutline(text);
        outline.Read();
        return outline;
    }

    private bool IsInArray => _open.TryPeek(out Scope scope) && scope.Closing == ']';

    private void Read()
    {
        while (_at < _text.Length && Fault is null)
        {
            char c = _text[_at];
            if (c is '#' || Follows("//")) SkipLine();
            else
            {
                HasContent |= !char.IsWhiteSpace(c);
                if (c == '"') ReadQuoted();
                else ReadPlain(c);
            }
        }

        if (Fault is null && _open.TryPeek(out Scope open))
            Fault = $"line {open.Line}: the '{Opening(open.Closing)}' that opens {open.Name} is not closed; "
                + $"add a '{open.Closing}'";
    }

    private void ReadPlain(char c)
    {
        _at++;
        switch (c)
        {
            case '\n': _line++; EndEntry(); break;
            case ',': EndEntry(); break;
            case '{' or '[': Open(c); break;
            case '}' or ']': Close(c); break;
            case '=' or ':' when !_isValue && !IsInArray: BeginValue(); break;
            default: if (!_isValue) _key += c; break;
        }
    }

    // `a.b {` and `a.b = {` open the same section.
    private void Open(char opening)
    {
        string path = IsInArray ? "" : Path(_key);
        if (path.Length > 0) _lines[path] = _line;
        string name = path.Length > 0 ? path : opening == '{' ? "a section" : "a list";
        _open.Push(new Scope(path, name, opening == '{' ? '}' : ']', _line));
        _key = "";
        _isValue = false;
    }

    private void Close(char closing)
    {
        if (!_open.TryPeek(out Scope open))
        {
            Fault = $"line {_line}: there is nothing for this '{closing}' to close; take it away";
        }
        else if (open.Closing != closing)
        {
            Fault = $"line {_line}: a '{closing}' where the '{Opening(open.Closing)}' that opens {open.Name} in line "
                + $"{open.Line} is not closed; add a '{open.Closing}'";
        }
        else
        {
            _open.Pop();
            EndEntry();
        }
    }

    private void BeginValue()
    {
        if (_key.EndsWith('+')) _key = _key[..^1];
        string path = Path(_key);
        if (path.Length > 0) _lines[path] = _line;
        _isValue = true;
    }

    private void EndEntry()
    {
        _key = "";
        _isValue = false;
    }

    private void ReadQuoted()
    {
        string quote = Follows("\"\"\"") ? "\"\"\"" : "\"";
        int begun = _line;
        int end = _at + quote.Length;
        while (end < _text.Length && !_text.AsSpan(end).StartsWith(quote))
        {
            if (_text[end] == '\n')
            {
                if (quote.Length == 1) break;
                _line++;
            }

            end += quote.Length == 1 && _text[end] == '\\' ? 2 : 1;
        }

        if (end >= _text.Length || !_text.AsSpan(end).StartsWith(quote))
        {
            Fault = $"line {begun}: a quoted text is not closed; add a {quote}";
            return;
        }

        if (!_isValue) _key += _text[(_at + quote.Length)..end];
        _at = end + quote.Length;
    }

    private void SkipLine()
    {
        int end = _text.IndexOf('\n', _at);
        _at = end < 0 ? _text.Length : end;
    }

    private bool Follows(string what) => _text.AsSpan(_at).StartsWith(what);

    private string Path(string key)
    {
        string name = key.Trim();
        if (name.Length == 0) return "";
        string? section = _open.Select(scope => scope.Path).FirstOrDefault(path => path.Length > 0);
        return section is null ? name : $"{section}.{name}";
    }

    private static char Opening(char closing) => closing == '}' ? '{' : '[';

    /// <param name="Path">Full; empty for what has no key.</param>
    private readonly record struct Scope(string Path, string Name, char Closing, int Line);
}
