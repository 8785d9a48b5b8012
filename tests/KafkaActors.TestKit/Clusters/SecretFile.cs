namespace KafkaActors.TestKit.Clusters;

/// <summary>Files of secrets for tests.</summary>
public static class SecretFile
{
    /// <summary>Writes secrets that are told apart by a letter each, the first the one in use.</summary>
    public static string Write(string path, string letters = "t")
    {
        // Renamed into place, as somebody does it who replaces a secret.
        string next = $"{path}.new";
        File.WriteAllLines(next, letters.Select(letter => new string(letter, 44)));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(next, path, overwrite: true);
        return path;
    }
}
