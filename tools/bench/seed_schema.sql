-- The schema of the user's own document, word for word: what the benchmarks compare with.

-- Create vision_board_jobs table
CREATE TABLE IF NOT EXISTS vision_board_jobs (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),

  -- User information
  email TEXT,
  name TEXT,
  rank_tag TEXT,  -- User's Rank tag (e.g. @aadebola), optional

  -- Job status: 'pending', 'processing', 'complete', 'failed'
  status VARCHAR(20) DEFAULT 'pending' NOT NULL,

  -- Goals data (stored as JSON array)
  goals JSONB NOT NULL DEFAULT '[]'::jsonb,

  -- Generated image information
  image_url TEXT,
  image_storage_path TEXT, -- Path in storage bucket if using Supabase Storage

  -- Error handling
  error_message TEXT,

  -- Job tracking
  qstash_message_id TEXT, -- Upstash QStash message ID for tracking

  -- Optional: For future authentication
  -- user_id UUID REFERENCES auth.users(id),

  -- Optional: Expiration
  expires_at TIMESTAMP WITH TIME ZONE
);

-- Index for status lookups (for querying pending/processing jobs)
CREATE INDEX IF NOT EXISTS idx_vision_board_jobs_status ON vision_board_jobs(status);

-- Index for email lookups (for finding user's jobs)
CREATE INDEX IF NOT EXISTS idx_vision_board_jobs_email ON vision_board_jobs(email);

-- Index for QStash message ID (for tracking/debugging)
CREATE INDEX IF NOT EXISTS idx_vision_board_jobs_qstash_id ON vision_board_jobs(qstash_message_id);

-- Index for created_at (for cleanup of old jobs)
CREATE INDEX IF NOT EXISTS idx_vision_board_jobs_created_at ON vision_board_jobs(created_at);

-- Optional: Enable Row Level Security (RLS) if needed
-- ALTER TABLE vision_board_jobs ENABLE ROW LEVEL SECURITY;

-- Example RLS policies (uncomment and adjust as needed):
-- CREATE POLICY "Users can view their own jobs"
--   ON vision_board_jobs FOR SELECT
--   USING (auth.uid() = user_id OR email = auth.jwt() ->> 'email');
--
-- CREATE POLICY "Service role can manage all jobs"
--   ON vision_board_jobs FOR ALL
--   USING (auth.role() = 'service_role');
