using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Messages.Authentication;

/// <summary>
/// A file of secrets: one a line, two at most, the one in use first. Blank lines and those that begin with # are
/// passed over. Others than its owner and its group may not read it.
/// </summary>
internal static class SecretFile
{
    private const int MostSecrets = 2;
    private const int MostBytes = 16 * 1024;
    private const string Making = "make one with deploy/make-secrets.sh";

    private const UnixFileMode Forbidden = UnixFileMode.OtherRead | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;

    /// <exception cref="SecretException">It cannot be used; the message says why, and what to do.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        string[] secrets =
        [
            .. Text(path).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'),
        ];
        if (secrets.Length == 0) throw new SecretException($"{path} holds no secret; {Making}");
        if (secrets.Length > MostSecrets)
        {
            throw new SecretException(
                $"{path} holds {secrets.Length} secrets; {MostSecrets} are accepted at a time, a line each, the one in "
                + "use first");
        }

        if (secrets.Any(text => text.Length is < SharedSecret.LeastCharacters or > SharedSecret.MostCharacters))
        {
            throw new SecretException(
                $"{path}: a secret has {SharedSecret.LeastCharacters} to {SharedSecret.MostCharacters} characters, "
                + $"chosen by chance; {Making}");
        }

        return secrets;
    }

    private static string Text(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            // The mode of what was opened: a mounted secret is a symbolic link.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Forbidden) != 0)
            {
                throw new SecretException(
                    $"{path} can be read by others, or changed by its group, which makes it no secret: "
                    + $"chmod 640 {path}");
            }

            var bytes = new byte[MostBytes];
            int count = RandomAccess.Read(file, bytes, fileOffset: 0);
            return System.Text.Encoding.UTF8.GetString(bytes, 0, count);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SecretException($"{path} cannot be read: {cause.Message}; {Making}", cause);
        }
    }
}
