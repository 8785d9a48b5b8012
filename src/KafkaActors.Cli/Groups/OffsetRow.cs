using System.Globalization;

namespace KafkaActors.Cli.Groups;

/// <summary>Where a group stands in a partition, as <c>--describe</c> shows it.</summary>
/// <param name="Topic">Null for a member without a partition.</param>
/// <param name="CurrentOffset">Null where nothing is committed.</param>
/// <param name="LogEndOffset">Null when it cannot be told.</param>
/// <param name="LagSeconds">
/// The age of the first record not consumed; 0 without a lag, null when it is not known.
/// </param>
/// <param name="ConsumerId">Null for a partition that nobody has.</param>
internal sealed record OffsetRow(
    string Group,
    string? Topic,
    int? Partition,
    long? CurrentOffset,
    long? LogEndOffset,
    long? Lag,
    double? LagSeconds,
    string? ConsumerId,
    string? Host,
    string? ClientId)
{
    public static readonly IReadOnlyList<string> Header =
    [
        "GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST", "CLIENT-ID",
        "LAG-SECONDS",
    ];

    public IReadOnlyList<string> Cells() =>
    [
        Group, Topic ?? "-", Text(Partition), Text(CurrentOffset), Text(LogEndOffset), Text(Lag), ConsumerId ?? "-",
        Host ?? "-", ClientId ?? "-", LagSeconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-",
    ];

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
