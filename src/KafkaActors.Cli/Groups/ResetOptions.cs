using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Cli.Options;

namespace KafkaActors.Cli.Groups;

/// <summary>The options of <c>--reset-offsets</c>: where to, and whether it is meant.</summary>
internal sealed class ResetOptions
{
    private readonly Option<bool> _toEarliest = new("--to-earliest") { Description = "To the first offset there is" };
    private readonly Option<bool> _toLatest = new("--to-latest") { Description = "To the end" };
    private readonly Option<bool> _toCurrent = new("--to-current") { Description = "To where the group stands" };

    private readonly Option<long?> _toOffset = new("--to-offset") { Description = "To this one", HelpName = "OFFSET" };

    private readonly Option<string> _toDateTime = new("--to-datetime")
    {
        Description = "To the first record at or after a time, as in 2026-01-31T13:45:00.000; UTC unless it says",
        HelpName = "TIME",
    };

    private readonly Option<string> _byDuration = new("--by-duration")
    {
        Description = "To the first record not older than this, as in P1D or PT1H30M",
        HelpName = "PnDTnHnMnS",
    };

    private readonly Option<long?> _shiftBy = new("--shift-by")
    {
        Description = "So many records on, or back when negative",
        HelpName = "COUNT",
    };

    private readonly Option<string> _fromFile = new("--from-file")
    {
        Description = "To the offsets of a CSV file, as --export prints them",
        HelpName = "FILE",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only show what would be" };
    private readonly Option<bool> _execute = new("--execute") { Description = "Commit the new offsets" };
    private readonly Option<bool> _export = new("--export") { Description = "Print CSV for --from-file" };

    private Option[] Targets =>
        [_toEarliest, _toLatest, _toCurrent, _toOffset, _toDateTime, _byDuration, _shiftBy, _fromFile];

    private Option[] All => [.. Targets, _dryRun, _execute, _export];

    public void AddTo(Command command)
    {
        foreach (Option option in All) command.Add(option);
    }

    public bool IsExport(ParseResult arguments) => arguments.GetValue(_export);

    /// <summary>Nothing was said of whether it is meant, so it is not.</summary>
    public bool IsTacitDryRun(ParseResult arguments) =>
        !arguments.GetValue(_dryRun) && !arguments.GetValue(_execute) && !arguments.GetValue(_export);

    /// <param name="topics">Null for every topic of the group.</param>
    /// <param name="group">The one group; null when there are several.</param>
    public ResetScope Scope(
        ParseResult arguments, IReadOnlyList<TopicSpec>? topics, string? group, TimeProvider time) => new(
        topics,
        arguments.GetValue(_fromFile) is null ? Target(arguments, time) : null,
        arguments.GetValue(_fromFile) is { } file ? ResetFile.Parse(File.ReadLines(file), group) : null,
        arguments.GetValue(_execute));

    /// <summary>Says what is missing or too much.</summary>
    /// <param name="scopes">How many options say which topics.</param>
    public void Check(CommandResult result, bool resets, int scopes)
    {
        if (!resets)
        {
            if (All.FirstOrDefault(option => result.Has(option)) is { } stray)
                result.AddError($"{stray.Name} needs --reset-offsets.");
            return;
        }

        if (Targets.Count(option => result.Has(option)) != 1)
        {
            result.AddError(
                $"--reset-offsets needs exactly one of {string.Join(", ", Targets.Select(option => option.Name))}.");
        }

        if (result.Has(_fromFile) && scopes > 0) result.AddError("--from-file names the topics itself.");
        if (!result.Has(_fromFile) && scopes != 1) result.AddError("Exactly one is needed: --topic or --all-topics.");
        if (result.GetValue(_dryRun) && result.GetValue(_execute))
            result.AddError("--dry-run and --execute exclude each other.");
    }

    private ResetTarget Target(ParseResult arguments, TimeProvider time)
    {
        if (arguments.GetValue(_toEarliest)) return new ResetTarget.ToEarliest();
        if (arguments.GetValue(_toLatest)) return new ResetTarget.ToLatest();
        if (arguments.GetValue(_toCurrent)) return new ResetTarget.ToCurrent();
        if (arguments.GetValue(_toOffset) is { } offset) return new ResetTarget.ToOffset(offset);
        if (arguments.GetValue(_shiftBy) is { } records) return new ResetTarget.ShiftBy(records);
        DateTimeOffset at = arguments.GetValue(_toDateTime) is { } text
            ? IsoTime.ParseTime(text)
            : Before(time.GetUtcNow(), IsoTime.ParseDuration(arguments.GetRequiredValue(_byDuration)));
        // A negative timestamp would be one of the special queries; no record is that old.
        return new ResetTarget.ToTime(Math.Max(at.ToUnixTimeMilliseconds(), 0));
    }

    private static DateTimeOffset Before(DateTimeOffset now, TimeSpan duration) =>
        duration < now - DateTimeOffset.UnixEpoch ? now - duration : DateTimeOffset.UnixEpoch;
}
