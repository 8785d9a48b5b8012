using System.Runtime.InteropServices;
using System.Text;

namespace KafkaActors.Benchmarks.Native;

/// <summary>
/// A producer or a consumer of partition 0 of one topic, made of librdkafka alone. What comes in is counted for the
/// whole process, so one producer and one consumer are used at a time, each from one thread.
/// </summary>
internal sealed unsafe class NativeClient : IDisposable
{
    private const int Partition = 0;
    private const int Copy = 2;
    private const int ErrorBytes = 256;
    private const int FlushMs = 120_000;
    private const int WaitMs = 100;

    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(30);

    private static long _delivered;
    private static long _failed;
    private static long _consumed;

    private readonly nint _client;
    private readonly nint _topic;

    private NativeClient(bool isProducer, string bootstrap, string topic, IEnumerable<(string Name, string Value)> more)
    {
        nint conf = NativeMethods.ConfNew();
        Set(conf, "bootstrap.servers", bootstrap);
        foreach ((string name, string value) in more) Set(conf, name, value);
        if (isProducer) NativeMethods.ConfSetDelivered(conf, &OnDelivered);
        byte* error = stackalloc byte[ErrorBytes];
        _client = NativeMethods.New(isProducer ? 0 : 1, conf, error, ErrorBytes);
        if (_client == 0) throw new InvalidOperationException(Text(error));
        _topic = NativeMethods.TopicNew(_client, topic, 0);
    }

    public static NativeClient Producer(
        string bootstrap, string topic, params IEnumerable<(string Name, string Value)> settings) =>
        new(isProducer: true, bootstrap, topic, settings);

    public static NativeClient Consumer(
        string bootstrap, string topic, params IEnumerable<(string Name, string Value)> settings) =>
        new(isProducer: false, bootstrap, topic, settings);

    /// <summary>Returns once all of them are acknowledged.</summary>
    public void Produce(long records, int recordBytes)
    {
        byte[] value = new byte[recordBytes];
        Array.Fill(value, (byte)'x');
        _delivered = _failed = 0;
        fixed (byte* bytes = value)
        {
            for (long sent = 0; sent < records; sent++)
            {
                while (NativeMethods.Produce(_topic, Partition, Copy, bytes, (nuint)recordBytes, null, 0, 0) == -1)
                    _ = NativeMethods.Poll(_client, timeoutMs: 5);
                if ((sent & 1023) == 0) _ = NativeMethods.Poll(_client, timeoutMs: 0);
            }
        }

        _ = NativeMethods.Flush(_client, FlushMs);
        if (_delivered != records || _failed > 0)
            throw new InvalidOperationException($"{_delivered} of {records} records were acknowledged");
    }

    /// <summary>One record; returns when it is acknowledged.</summary>
    public void ProduceOne(int recordBytes)
    {
        byte* value = stackalloc byte[recordBytes];
        _delivered = _failed = 0;
        if (NativeMethods.Produce(_topic, Partition, Copy, value, (nuint)recordBytes, null, 0, 0) == -1)
            throw new InvalidOperationException("the client's queue is full");
        Await(ref _delivered, 1, () => _ = NativeMethods.Poll(_client, WaitMs));
    }

    public void StartConsuming(long offset) => _ = NativeMethods.ConsumeStart(_topic, Partition, offset);

    public void StopConsuming() => _ = NativeMethods.ConsumeStop(_topic, Partition);

    /// <summary>Returns once this many records more have come.</summary>
    public void Consume(long records)
    {
        _consumed = 0;
        Await(ref _consumed, records, () =>
        {
            _ = NativeMethods.ConsumeCallback(_topic, Partition, WaitMs, &OnRecord, 0);
            _ = NativeMethods.Poll(_client, timeoutMs: 0);
        });
    }

    public void Dispose()
    {
        NativeMethods.TopicDestroy(_topic);
        NativeMethods.Destroy(_client);
    }

    private static void Await(ref long count, long wanted, Action look)
    {
        long last = 0;
        long since = Environment.TickCount64;
        while (count < wanted)
        {
            look();
            if (count > last) (last, since) = (count, Environment.TickCount64);
            else if (Environment.TickCount64 - since > StallTimeout.TotalMilliseconds)
                throw new TimeoutException($"{count} of {wanted} records came");
        }
    }

    private static void Set(nint conf, string name, string value)
    {
        byte* error = stackalloc byte[ErrorBytes];
        if (NativeMethods.ConfSet(conf, name, value, error, ErrorBytes) != 0)
            throw new ArgumentException(Text(error), name);
    }

    private static string Text(byte* error) =>
        Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(error));

    // A message begins with its error.
    [UnmanagedCallersOnly]
    private static void OnDelivered(nint client, int* message, nint opaque)
    {
        if (*message == 0) _delivered++;
        else _failed++;
    }

    [UnmanagedCallersOnly]
    private static void OnRecord(int* message, nint opaque)
    {
        if (*message == 0) _consumed++;
    }
}
