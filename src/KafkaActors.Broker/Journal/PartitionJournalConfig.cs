using System.Globalization;
using System.Text;
using KafkaActors.Broker.Partitions;

namespace KafkaActors.Broker.Journal;

/// <summary>
/// The journals' part of the configuration, which must stand there before an ActorSystem starts: one plugin for each
/// data directory and stripe. Stripes let partitions of one directory be written side by side.
/// </summary>
public static class PartitionJournalConfig
{
    /// <summary>
    /// HOCON for every plugin id and for starting them with the ActorSystem: several that start at the same time, on
    /// first use, can wait for each other.
    /// </summary>
    public static string Fragment(int directories, int stripes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(directories);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stripes);
        var hocon = new StringBuilder();
        var ids = new List<string>();
        for (int directory = 0; directory < directories; directory++)
        {
            for (int stripe = 0; stripe < stripes; stripe++)
            {
                ids.Add(JournalPluginId.Of(directory, stripe));
                AppendPlugin(hocon, ids[^1]);
            }
        }

        hocon.Append("akka.persistence.journal.auto-start-journals = [\"").AppendJoin("\", \"", ids).Append("\"]\n");
        return hocon.ToString();
    }

    // The breaker is one for all partitions of a journal: it is set out of the way, errors are each log's own.
    private static void AppendPlugin(StringBuilder hocon, string id) => hocon.Append(
        CultureInfo.InvariantCulture,
        $$"""
        {{id}} {
          class = "{{typeof(PartitionJournal).AssemblyQualifiedName}}"
          plugin-dispatcher = "kafka-actors.dispatchers.data"
          replay-dispatcher = "kafka-actors.dispatchers.data"
          replay-filter.mode = off
          circuit-breaker {
            max-failures = 1000000000
            call-timeout = 1d
            reset-timeout = 1s
          }
        }

        """);
}
