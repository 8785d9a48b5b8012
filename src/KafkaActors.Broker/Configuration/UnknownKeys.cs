namespace KafkaActors.Broker.Configuration;

/// <summary>Refuses keys under <c>kafka-actors</c> that no setting has, and says which was probably meant.</summary>
internal static class UnknownKeys
{
    public static void Refuse(SettingsTree configured, IReadOnlyCollection<string> known)
    {
        string? unknown = configured.Paths
            .Where(path => !known.Contains(path) && IgnoredSettings.Reason(path) is null)
            .Order(StringComparer.Ordinal).FirstOrDefault();
        if (unknown is null) return;
        string nearest = known.MinBy(path => (Distance(unknown, path), path))!;
        string hint = Distance(unknown, nearest) <= Math.Max(3, unknown.Length / 3)
            ? $"did you mean {SettingsTree.Root}.{nearest}?"
            : "hocon/reference lists every setting";
        throw new InvalidSettingException($"{SettingsTree.Root}.{unknown} is not a setting; {hint}");
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
