using System.Runtime.InteropServices;

namespace KafkaActors.Benchmarks.Native;

/// <summary>
/// librdkafka's C interface, as its header <c>rdkafka.h</c> names it: the C client without a .NET client around it.
/// </summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "librdkafka";

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint ConfNew();

    /// <returns>Zero when the property was taken.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ConfSet(nint conf, string name, string value, byte* error, nuint errorBytes);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_dr_msg_cb")]
    public static partial void ConfSetDelivered(nint conf, delegate* unmanaged<nint, int*, nint, void> onDelivered);

    /// <param name="type">0 for a producer, 1 for a consumer.</param>
    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    public static partial nint New(int type, nint conf, byte* error, nuint errorBytes);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TopicNew(nint client, string topic, nint conf);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void TopicDestroy(nint topic);

    /// <returns>-1 when the client's queue is full.</returns>
    [LibraryImport(Library, EntryPoint = "rd_kafka_produce")]
    public static partial int Produce(
        nint topic, int partition, int flags, byte* value, nuint valueBytes, byte* key, nuint keyBytes, nint opaque);

    [LibraryImport(Library, EntryPoint = "rd_kafka_poll")]
    public static partial int Poll(nint client, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_flush")]
    public static partial int Flush(nint client, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_start")]
    public static partial int ConsumeStart(nint topic, int partition, long offset);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_stop")]
    public static partial int ConsumeStop(nint topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_callback")]
    public static partial int ConsumeCallback(
        nint topic, int partition, int timeoutMs, delegate* unmanaged<int*, nint, void> onRecord, nint opaque);
}
