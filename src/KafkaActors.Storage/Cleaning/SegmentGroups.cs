using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// Which neighbours become one segment: as many as fit into <c>segment.bytes</c> even if nothing is removed from them,
/// and whose offsets fit one index.
/// </summary>
internal static class SegmentGroups
{
    /// <summary>The groups of all segments that begin before an offset, in order.</summary>
    public static List<LogSegment[]> Of(LogView view, long end, int segmentBytes)
    {
        var groups = new List<LogSegment[]>();
        int first = 0;
        long bytes = 0;
        int index = 0;
        for (; index < view.Segments.Length - 1 && view.Segments[index].BaseOffset < end; index++)
        {
            bool fits = bytes + view.SizeOf(index) <= segmentBytes
                && view.EndOffsetOf(index) - 1 - view.Segments[first].BaseOffset <= int.MaxValue;
            if (!fits && index > first)
            {
                groups.Add(view.Segments[first..index]);
                (first, bytes) = (index, 0);
            }
            bytes += view.SizeOf(index);
        }
        if (index > first) groups.Add(view.Segments[first..index]);
        return groups;
    }
}
