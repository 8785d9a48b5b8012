using System.Globalization;
using System.Text;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage;

/// <summary>
/// What is known to be wrong with one log, beside its segments, so that a restart does not forget it. The first line is
/// <c>0</c>, the version; each other one is a <see cref="LogDamage"/>, its fields separated by tabs:
/// <code>
/// kind  found at, ms  path  position  bytes  records  first offset  end offset  kept as  what  outcome  remedy
/// </code>
/// It is for people and for the tools that show it; nothing is decided by it.
/// </summary>
internal static class DamageFile
{
    public const string Name = "damage";

    private const string Version = "0";
    private const int Fields = 12;

    /// <summary>What the file tells; lines that are not of this form are left out.</summary>
    public static IEnumerable<LogDamage> Read(IFileSystem files, string directory)
    {
        if (WholeFile.Read(files, Path.Combine(directory, Name)) is not { } bytes) yield break;
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines is not [Version, ..]) yield break;
        foreach (string line in lines.Skip(1))
        {
            if (Parse(line.Split('\t')) is { } damage) yield return damage;
        }
    }

    public static void Write(IFileSystem files, string directory, IEnumerable<LogDamage> damages)
    {
        var text = new StringBuilder(Version).Append('\n');
        foreach (LogDamage damage in damages) text.AppendJoin('\t', Format(damage).Select(Plain)).Append('\n');
        WholeFile.WriteText(files, Path.Combine(directory, Name), text.ToString(), durable: false);
    }

    private static LogDamage? Parse(string[] fields)
    {
        if (fields.Length != Fields) return null;
        long[] numbers = new long[7];
        int[] places = [0, 1, 3, 4, 5, 6, 7];
        for (int i = 0; i < places.Length; i++)
        {
            string field = fields[places[i]];
            if (!long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        }
        if (numbers[0] is < 0 or > (long)LogDamageKind.Unfinished) return null;
        if (numbers[1] < 0 || numbers[1] > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) return null;
        return new LogDamage
        {
            Kind = (LogDamageKind)numbers[0],
            FoundAt = DateTimeOffset.FromUnixTimeMilliseconds(numbers[1]),
            Path = fields[2],
            Position = numbers[2],
            Bytes = numbers[3],
            Records = numbers[4],
            FirstOffset = numbers[5],
            EndOffset = numbers[6],
            KeptAs = fields[8].Length == 0 ? null : fields[8],
            What = fields[9],
            Outcome = fields[10],
            Remedy = fields[11],
        };
    }

    private static IEnumerable<string> Format(LogDamage damage)
    {
        yield return Number((long)damage.Kind);
        yield return Number(damage.FoundAt.ToUnixTimeMilliseconds());
        yield return damage.Path;
        yield return Number(damage.Position);
        yield return Number(damage.Bytes);
        yield return Number(damage.Records);
        yield return Number(damage.FirstOffset);
        yield return Number(damage.EndOffset);
        yield return damage.KeptAs ?? "";
        yield return damage.What;
        yield return damage.Outcome;
        yield return damage.Remedy;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Plain(string field) => field.Replace('\t', ' ').Replace('\n', ' ');
}
