using Spectre.Console;

namespace KafkaActors.Cli.Invocation;

/// <summary>
/// Rows for a person at a terminal. Where output is no terminal, tools print Kafka's own lines instead: those are what
/// scripts read.
/// </summary>
internal sealed class TextTable
{
    /// <summary>A border on the left and a space on either side, for each column.</summary>
    private const int ColumnOverhead = 3;

    private readonly Table _table = new() { Border = TableBorder.Rounded };
    private readonly int[] _widths;

    public TextTable(params IReadOnlyList<string> columns)
    {
        _widths = [.. columns.Select(column => column.Length)];
        foreach (string column in columns) _table.AddColumn(new TableColumn(new Text(column)).NoWrap());
    }

    public string? Title
    {
        init => _table.Title = value is null ? null : new TableTitle(Markup.Escape(value));
    }

    public void Add(params IReadOnlyList<string> cells)
    {
        for (int i = 0; i < cells.Count; i++) _widths[i] = Math.Max(_widths[i], cells[i].Length);
        _table.AddRow(cells.Select(cell => new Text(cell)));
    }

    /// <summary>
    /// Whether the terminal has room for it; in one that is too narrow, cells are broken into pieces.
    /// </summary>
    public bool Fits(TextWriter output) =>
        _widths.Sum(width => width + ColumnOverhead) + 1 <= ConsoleOf(output).Profile.Width;

    public void Write(TextWriter output) => ConsoleOf(output).Write(_table);

    private static IAnsiConsole ConsoleOf(TextWriter output) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
}
