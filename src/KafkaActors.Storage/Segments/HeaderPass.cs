namespace KafkaActors.Storage.Segments;

/// <summary>One pass over the headers of a log's batches, from an offset to the end.</summary>
internal static class HeaderPass
{
    public delegate void Visit(in BatchHeader batch);

    public static void Run(IReadOnlyList<LogSegment> segments, long fromOffset, Visit visit)
    {
        Span<byte> buffer = stackalloc byte[BatchWalker.BufferSize];
        for (int i = FirstWith(segments, fromOffset); i < segments.Count; i++)
        {
            using SegmentUse use = segments[i].Use();
            foreach ((long from, long end) in segments[i].Rot.GoodSpans(0, segments[i].Size))
            {
                var walker = new BatchWalker(use.File, from, end, buffer);
                while (walker.MoveNext())
                {
                    if (walker.Current.BaseOffset >= fromOffset) visit(walker.Current);
                }
            }
        }
    }

    private static int FirstWith(IReadOnlyList<LogSegment> segments, long offset)
    {
        int first = segments.Count - 1;
        while (first > 0 && segments[first].BaseOffset > offset) first--;
        return Math.Max(0, first);
    }
}
