using System.Globalization;
using System.Text;

namespace KafkaActors.Storage;

/// <summary>
/// One thing that was found wrong on a disk, as a person needs it: which file, where in it, what was done, how much
/// is concerned, and what can be done about it. <see cref="ToString"/> is the one line of it for the node's log.
/// Positions are bytes in the file, offsets those of records, ends exclusive; -1 stands for what is not known.
/// </summary>
public sealed record LogDamage
{
    public required LogDamageKind Kind { get; init; }

    /// <summary>The file, or the directory when no single file is at fault.</summary>
    public required string Path { get; init; }

    /// <summary>What is wrong there.</summary>
    public required string What { get; init; }

    /// <summary>What was done about it.</summary>
    public required string Outcome { get; init; }

    /// <summary>What a person can do.</summary>
    public required string Remedy { get; init; }

    public long Position { get; init; } = -1;

    /// <summary>How many bytes are concerned.</summary>
    public long Bytes { get; init; } = -1;

    /// <summary>How many records are known to be among them; others cannot be told any more.</summary>
    public long Records { get; init; } = -1;

    public long FirstOffset { get; init; } = -1;

    public long EndOffset { get; init; } = -1;

    /// <summary>Where the bytes were put that were taken out of the log; null when none are kept.</summary>
    public string? KeptAs { get; init; }

    public DateTimeOffset FoundAt { get; init; }

    public bool IsError => Kind != LogDamageKind.TornTail;

    public override string ToString()
    {
        var line = new StringBuilder(Path);
        if (Position >= 0) line.Append(CultureInfo.InvariantCulture, $", position {Position}");
        line.Append(": ").Append(What).Append("; ").Append(Outcome);
        string[] amounts = [.. Amounts()];
        if (amounts.Length > 0) line.Append(" (").AppendJoin(", ", amounts).Append(')');
        if (KeptAs is not null) line.Append("; the bytes are kept in ").Append(KeptAs);
        return line.Append("; ").Append(Remedy).ToString();
    }

    private IEnumerable<string> Amounts()
    {
        if (FirstOffset >= 0 && EndOffset > FirstOffset)
            yield return string.Create(CultureInfo.InvariantCulture, $"offsets {FirstOffset} to {EndOffset - 1}");
        else if (FirstOffset >= 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"from offset {FirstOffset} on");
        if (Bytes >= 0) yield return string.Create(CultureInfo.InvariantCulture, $"{Bytes} bytes");
        if (Records > 0) yield return string.Create(CultureInfo.InvariantCulture, $"at least {Records} records");
    }
}
