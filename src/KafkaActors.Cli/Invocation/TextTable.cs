using Spectre.Console;

namespace KafkaActors.Cli.Invocation;

/// <summary>
/// Rows for a person at a terminal. Where output is no terminal, tools print Kafka's own lines instead: those are what
/// scripts read.
/// </summary>
internal sealed class TextTable
{
    private readonly Table _table = new() { Border = TableBorder.Rounded };

    public TextTable(params IReadOnlyList<string> columns)
    {
        foreach (string column in columns) _table.AddColumn(new TableColumn(new Text(column)).NoWrap());
    }

    public string? Title
    {
        init => _table.Title = value is null ? null : new TableTitle(Markup.Escape(value));
    }

    public void Add(params IReadOnlyList<string> cells) => _table.AddRow(cells.Select(cell => new Text(cell)));

    public void Write(TextWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Write(_table);
    }
}
