//! The duties of every store, as tests that run over each of them: [`suite`] makes a test of every case for one store.
//!
//! The cases know the traits [`ReadStore`](super::ReadStore) and [`WriteStore`](super::WriteStore) alone. Postgres takes part when `TEST_POSTGRES_URL` names a database in
//! which schemas can be created; each case then has a schema of its own.

mod api_tokens;
mod associations;
mod bulk;
mod contexts;
mod deletions;
mod erasures;
pub(crate) mod fixture;
mod ids;
mod imports;
mod listings;
mod log;
mod races;
mod reads;
mod references;
mod registrations;
mod settings;

use fixture::Fixture;

/// Makes a test of every case for the store that `$open` opens; a case is skipped when it opens none.
macro_rules! suite {
    ($name:ident, $open:path) => {
        mod $name {
            suite! { @tests $open;
                api_tokens: a_token_comes_back_until_it_is_revoked, there_are_no_more_than_may_be, a_token_leaves_rows_without_its_hash;
                associations: a_write_replaces_by_type, a_stale_write_is_refused, a_strong_subject_is_not_referred_to;
                bulk: a_list_is_written_as_it_is, a_list_of_thousands_is_one_write, what_is_there_is_passed_over,
                    a_refused_version_keeps_all_out, an_import_names_the_current_id,
                    a_purged_content_comes_back_by_its_id, a_purged_id_takes_other_content, nul_characters_keep_all_out;
                contexts: ids_count_per_context, a_context_with_versions_stays, a_removed_context_keeps_its_ids_burned;
                deletions: a_soft_deletion_hides_and_keeps, a_purge_needs_a_soft_deletion, a_purge_burns_the_id,
                    a_subject_goes_as_a_whole, a_purge_leaves_contents_that_others_hold,
                    the_last_purge_takes_the_settings, a_restored_version_is_as_before;
                erasures: a_purged_version_comes_back, a_version_comes_back_with_what_it_refers_to,
                    what_cannot_come_back_is_told, a_read_only_subject_takes_nothing_back, an_overwritten_version_comes_back_whole_or_not_at_all,
                    an_erasure_names_what_else_holds_the_content, an_erased_content_is_gone_for_good, what_is_held_is_not_erased;
                ids: one_content_has_one_id, other_content_has_another_id, the_type_counts, numbers_start_at_one;
                imports: given_ids_and_versions_are_kept, an_id_is_not_bound_to_other_content,
                    an_id_is_free_after_the_purge_of_a_version, an_id_is_free_after_the_purge_of_a_subject,
                    an_id_is_free_after_a_switch_to_import, an_id_is_free_after_the_removal_of_its_context,
                    a_purged_id_can_change_its_content_again_and_again, the_version_written_last_names_the_current_id,
                    the_latest_import_names_the_current_id, a_version_can_be_overwritten,
                    a_switch_needs_an_empty_scope, a_switch_purges_what_was_deleted,
                    a_switch_keeps_what_is_referred_to, a_purged_id_takes_its_own_content_back,
                    after_the_last_id_there_is_none;
                listings: subjects_by_prefix, subjects_by_visibility, subjects_by_page, versions_by_rules_and_associations, versions_by_page, aliases_by_prefix;
                log: every_write_leaves_a_row, a_purge_keeps_all_of_a_version;
                reads: nothing_is_there, all_of_a_content_comes_back, nul_characters_are_refused;
                references: referrers_are_told, a_version_that_is_referred_to_stays,
                    references_inside_a_subject_do_not_keep_it, a_deleted_target_is_refused, a_deleted_target_may_do;
                registrations: versions_are_dense, a_stale_token_is_refused, every_setting_in_scope_counts,
                    superseded_versions_go, superseded_versions_stay_when_referred_to;
                settings: what_is_put_is_in_scope, subjects_and_contexts_are_apart, modes_are_cleared_together;
                races: different_content_in_one_subject, the_same_content_in_one_subject,
                    the_same_content_in_many_subjects, imports_of_one_id_into_a_context_that_they_make, a_registration_against_the_deletion_of_its_target,
                    a_purge_against_the_reuse_of_its_id, an_erasure_against_the_reuse_of_its_id, a_switch_to_import_against_a_registration,
                    a_removed_context_against_a_registration, a_change_of_config_during_a_check;
            }
        }
    };
    (@tests $open:path; $($module:ident: $($case:ident),+;)+) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                if let Some(fixture) = $open().await {
                    $crate::store::contract::$module::$case(&fixture).await;
                }
            }
        )+)+
    };
}

suite!(sqlite_memory, crate::store::contract::fixture::Fixture::sqlite_memory);
suite!(sqlite_file, crate::store::contract::fixture::Fixture::sqlite_file);
suite!(sqlite_cached, crate::store::contract::fixture::Fixture::sqlite_cached);
suite!(postgres, crate::store::contract::fixture::Fixture::postgres);
suite!(postgres_cached, crate::store::contract::fixture::Fixture::postgres_cached);
