export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  "public": {
    Tables: {
      "vision_board_jobs": {
        Row: {
          "attempts": number;
          "created_at": string;
          "dispatch_count": number;
          "dispatched_at": string | null;
          "email": string | null;
          "error_code": string | null;
          "error_message": string | null;
          "expires_at": string | null;
          "finished_at": string | null;
          "goals": NonNullable<Json>;
          "id": string;
          "idempotency_key": string | null;
          "image_storage_path": string | null;
          "image_url": string | null;
          "lease_expires_at": string | null;
          "lease_token": string | null;
          "name": string | null;
          "qstash_message_id": string | null;
          "rank_tag": string | null;
          "started_at": string | null;
          "status": string;
          "theme": string;
          "updated_at": string;
          "user_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "attempts"?: number;
          "created_at"?: string;
          "dispatch_count"?: number;
          "dispatched_at"?: string | null;
          "email"?: string | null;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "expires_at"?: string | null;
          "finished_at"?: string | null;
          "goals": NonNullable<Json>;
          "id"?: string;
          "idempotency_key"?: string | null;
          "image_storage_path"?: string | null;
          "image_url"?: string | null;
          "lease_expires_at"?: string | null;
          "lease_token"?: string | null;
          "name"?: string | null;
          "qstash_message_id"?: string | null;
          "rank_tag"?: string | null;
          "started_at"?: string | null;
          "status"?: string;
          "theme"?: string;
          "updated_at"?: string;
          "user_id"?: string | null;
        };
        Update: {
          "attempts"?: number;
          "created_at"?: string;
          "dispatch_count"?: number;
          "dispatched_at"?: string | null;
          "email"?: string | null;
          "error_code"?: string | null;
          "error_message"?: string | null;
          "expires_at"?: string | null;
          "finished_at"?: string | null;
          "goals"?: NonNullable<Json>;
          "id"?: string;
          "idempotency_key"?: string | null;
          "image_storage_path"?: string | null;
          "image_url"?: string | null;
          "lease_expires_at"?: string | null;
          "lease_token"?: string | null;
          "name"?: string | null;
          "qstash_message_id"?: string | null;
          "rank_tag"?: string | null;
          "started_at"?: string | null;
          "status"?: string;
          "theme"?: string;
          "updated_at"?: string;
          "user_id"?: string | null;
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      "claim_vision_board_job": {
        Args: {
          "p_dispatch"?: number;
          "p_job_id": string;
          "p_lease_seconds": number;
          "p_max_attempts": number;
          "p_message_id"?: string;
        };
        Returns: {
          "attempt": number;
          "created_at": string;
          "expires_at": string;
          "goals": Json;
          "lease_token": string;
          "name": string;
          "outcome": string;
          "path": string;
          "rank_tag": string;
          "retry_after": number;
          "theme": string;
        }[];
      };
      "complete_vision_board_job": {
        Args: {
          "p_image_storage_path": string;
          "p_image_url": string;
          "p_job_id": string;
          "p_lease_token": string;
        };
        Returns: string;
      };
      "create_vision_board_job": {
        Args: {
          "p_email": string;
          "p_goals": Json;
          "p_idempotency_key": string;
          "p_max_active": number;
          "p_max_daily": number;
          "p_name": string;
          "p_rank_tag": string;
          "p_theme": string;
          "p_ttl_days": number;
          "p_user_id": string;
        };
        Returns: {
          "created_at": string;
          "expires_at": string;
          "id": string;
          "outcome": string;
          "retry_after": number;
        }[];
      };
      "fail_vision_board_job": {
        Args: {
          "p_error_code": string;
          "p_error_message": string;
          "p_job_id": string;
          "p_lease_token": string;
        };
        Returns: string;
      };
      "forget_vision_boards": { Args: { "p_paths": (string)[] }; Returns: undefined };
      "give_up_vision_board_job": {
        Args: { "p_error_code": string; "p_job_id": string; "p_message_id"?: string };
        Returns: string;
      };
      "list_removable_vision_boards": { Args: { "p_limit"?: number }; Returns: string[] };
      "record_vision_board_dispatch": {
        Args: { "p_dispatch": number; "p_job_id": string; "p_message_id": string };
        Returns: boolean;
      };
      "release_vision_board_job": {
        Args: { "p_job_id": string; "p_lease_token": string };
        Returns: string;
      };
      "sweep_vision_board_jobs": {
        Args: { "p_limit"?: number; "p_silent_after": string };
        Returns: {
          "dispatch_count": number;
          "job_id": string;
          "waiting_message_id": string;
        }[];
      };
      "vision_board_report": { Args: { "p_limit"?: number }; Returns: Json };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof (
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
    )
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals } ? (
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
  )[TableName] extends {
    Row: infer R;
  } ? R
  : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R;
    } ? R
    : never
  : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends
    {
      Insert: infer I;
    } ? I
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I;
    } ? I
    : never
  : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends
    {
      Update: infer U;
    } ? U
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U;
    } ? U
    : never
  : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][
    CompositeTypeName
  ]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never;

export const Constants = {
  "public": {
    Enums: {},
  },
} as const;
