using System.Text;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Clients;

/// <summary>Error codes as Kafka's documentation writes them: <c>UNKNOWN_TOPIC_OR_PARTITION</c>.</summary>
internal static class ErrorName
{
    public static string Of(ErrorCode error)
    {
        string name = error.ToString();
        var words = new StringBuilder(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i])) words.Append('_');
            words.Append(char.ToUpperInvariant(name[i]));
        }

        return words.ToString();
    }

    /// <summary>A row's message with its code, or the code alone.</summary>
    public static string Describe(ErrorCode error, string? message) =>
        string.IsNullOrEmpty(message) ? Of(error) : $"{message.TrimEnd('.')} ({Of(error)}).";
}
