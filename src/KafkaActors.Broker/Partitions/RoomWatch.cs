using Akka.Event;
using KafkaActors.Broker.Dispatch;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Asks the disks of the data directories from time to time how much is free. One look at a time: a disk that does not
/// answer holds up this one alone. Owned by the <see cref="ReplicaManager"/>.
/// </summary>
internal sealed class RoomWatch(LogDirectories directories, Bulkhead writes, ILoggingAdapter log)
{
    private int _isLooking;

    public void Look()
    {
        if (Interlocked.Exchange(ref _isLooking, 1) != 0) return;
        if (!writes.Post(LookNow)) Volatile.Write(ref _isLooking, 0);
    }

    private void LookNow()
    {
        try
        {
            directories.LookForRoom(log);
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }
}
